import type { Once } from '../../shared/domain/once.ts';
import { hashOfToken, secretFrom, shareTokenOf } from '../../shared/domain/share-token.ts';
import { quotePageUrl } from '../documents/page-url.ts';

export interface NewLink {
  readonly link: { readonly url: string; readonly token: string };
  /** What is stored of it. */
  readonly hash: string;
  /** What the request's record keeps, so that the same request is answered the same link. */
  readonly ref: string;
}

export interface LinkNeeds {
  /** 256 random bits, base64url. */
  readonly newSecret: () => string;
  /** The API's address, without a slash at its end. */
  readonly publicUrl: string;
}

/** A new link to a quote. Nothing that is stored tells it: the record of the request holds a seed that is nothing without the request's key. */
export const newLink = (
  { newSecret, publicUrl }: LinkNeeds,
  ws: string,
  quote: { readonly id: string; readonly version: number },
  once: Once | undefined,
): NewLink => {
  const seed = newSecret();
  return {
    ...linkFrom(publicUrl, ws, quote.id, once ? secretFrom(seed, once.key) : seed),
    ref: `${quote.id}.${quote.version}.${seed}`,
  };
};

/** The link that a request was answered before, by what its record kept. */
export const linkAgain = (publicUrl: string, ws: string, quoteId: string, seed: string, once: Once) =>
  linkFrom(publicUrl, ws, quoteId, secretFrom(seed, once.key)).link;

const linkFrom = (publicUrl: string, workspaceId: string, documentId: string, secret: string) => {
  const token = shareTokenOf({ workspaceId, documentId }, secret);
  return { link: { url: quotePageUrl(publicUrl, token), token }, hash: hashOfToken(token) };
};
