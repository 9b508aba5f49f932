/**
 * A race was lost: what was read is no longer what is stored. Thrown only where things are stored; the use case reads again
 * and retries a few times. `what` names the kind of thing, e.g. `time entry`.
 */
export class Conflict extends Error {
  readonly what: string;

  constructor(what: string) {
    super(`${what} was changed meanwhile`);
    this.name = 'Conflict';
    this.what = what;
  }
}

/** Too many writers at once: nothing was decided, the same thing may be tried again after a short, random wait. */
export class Busy extends Error {
  readonly what: string;

  constructor(what: string) {
    super(`${what} is busy`);
    this.name = 'Busy';
    this.what = what;
  }
}

/** A commit found the record of its own request: somebody answered this request already, or is answering it. */
export class AnsweredAlready extends Error {
  constructor() {
    super('this request was answered already');
    this.name = 'AnsweredAlready';
  }
}
