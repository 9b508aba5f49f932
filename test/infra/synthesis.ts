// What a synthesis is asked for and what it tells. It runs in a process of its own: CDK is large, and inside a test's own module
// registry it would be loaded, and thrown away, with each file.

/** A resource as it stands in a template. */
export interface Resource {
  readonly id: string;
  readonly stack: string;
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly Metadata?: Record<string, unknown>;
}

export interface SynthesisOrder {
  readonly context: Readonly<Record<string, string>>;
  /** Folder with one folder of code per function. */
  readonly codeDirectory: string;
  readonly outdir: string;
  /** Something that must not pass: a queue without dead letters and encryption, or one that hands messages out too early. */
  readonly careless?: 'queue' | 'visibility';
}

/** A rule that is answered at a construct, and why. */
export interface Answer {
  readonly path: string;
  readonly rule: string;
  readonly reason: string;
}

export interface SynthesisReport {
  /** Why there are no templates. */
  readonly refused?: string;
  readonly stacks: readonly { readonly stackName: string; readonly after: readonly string[] }[];
  readonly resources: readonly Resource[];
  readonly answers: readonly Answer[];
  /** What the rules find when nobody's answer counts. */
  readonly findings: readonly { readonly path: string; readonly rule: string }[];
}
