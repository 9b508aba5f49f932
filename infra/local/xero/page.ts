/** The page for people. */
import type { Reply } from './api-call.ts';
import { escapeHtml, htmlReply, layout } from './html.ts';
import type { HttpCall, Sandbox } from './sandbox.ts';

export const pageReply = (sandbox: Sandbox, _call: HttpCall): Reply => {
  const rows = [...sandbox.organisations.values()]
    .map(({ OrganisationID, Name }) => `<li><a href="/org/${OrganisationID}">${escapeHtml(Name)}</a></li>`)
    .join('');
  return htmlReply(200, layout('Organisations', `<h1>Organisations</h1><ul>${rows}</ul>`));
};
