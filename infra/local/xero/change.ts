/** What a commit consists of. */

/** One thing that changed; `before` is absent for what is new, `after` for what is gone. */
export interface Change {
  scope: string;
  kind: string;
  id: string;
  before: object | undefined;
  after: object | undefined;
}
