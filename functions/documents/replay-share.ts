import type { Once, Reply } from '../../shared/domain/once.ts';
import { secretFrom, shareTokenOf } from '../../shared/domain/share-token.ts';
import { pageUrl } from './page-url.ts';

/** Answers a repeated request for a link with the same link, made again from what the record kept and the request's own key. */
export const replayShare =
  ({ publicUrl }: { publicUrl: string }) =>
  async (ws: string, _routeId: string, ref: string, once: Once): Promise<Reply> => {
    const [documentId = '', seed = ''] = ref.split('.');
    const token = shareTokenOf({ workspaceId: ws, documentId }, secretFrom(seed, once.key));
    return { status: 201, body: { url: pageUrl(publicUrl, token), token } };
  };
