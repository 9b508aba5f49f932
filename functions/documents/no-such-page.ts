import type { Reply } from '../../shared/domain/once.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { clientPage, html } from '../../shared/runtime/page.ts';

/** Says to a person, as a page, that a link leads nowhere, or that too much was asked for; the same words for every link. */
export const noSuchPage = async (show: () => Promise<Reply>): Promise<Reply> => {
  try {
    return await show();
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not-found') return nothingHere;
    if (error instanceof Refusal && error.code === 'quota-used-up') return tooMuch;
    throw error;
  }
};

const message = (status: number, title: string, text: string): Reply =>
  clientPage({
    title,
    lang: 'en',
    status,
    body: html`<main class="sheet"><header class="head"><h1>${title}</h1></header><p>${text}</p></main>`,
  });

/** The one page for links that never were, that were revoked, and that lead to nothing. */
export const nothingHere = message(
  404,
  'There is nothing here',
  'This link leads nowhere, or does no longer. Please ask whoever sent it for a new one.',
);
const tooMuch = message(429, 'Please wait a minute', 'This page was asked for too often. It is there again in a minute.');
