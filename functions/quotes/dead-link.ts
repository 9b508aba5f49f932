import type { Reply } from '../../shared/domain/once.ts';
import { clientPage, html } from '../../shared/runtime/page.ts';

/** The one page for links that never were, that were revoked, and that lead to nothing. */
export const linkIsDead = (): Reply =>
  clientPage({
    title: 'Not found',
    lang: 'en',
    status: 404,
    body: html`<main class="sheet">
<h1>This link leads nowhere</h1>
<p class="soft">It may have been mistyped or cut off, or it is no longer valid. Ask whoever sent it to you for a new one.</p>
</main>`,
  });
