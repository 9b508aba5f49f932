import type { Resource, Stack } from './template.ts';

/** What `Ref` and `Fn::GetAtt` answer for one resource. */
export type Identity = { ref: string; attributes: Record<string, string> };

/** A resource with its intrinsic functions resolved. */
export type ResolvedResource = {
  stack: Stack;
  logicalId: string;
  type: string;
  resource: Resource;
  properties: Record<string, unknown>;
  identity: Identity;
};

/** Makes the identity of a resource; `property` resolves one of its own properties. */
export type Identify = (source: {
  stack: Stack;
  logicalId: string;
  resource: Resource;
  property: (name: string) => unknown;
}) => Identity;

type Pseudo = { region: string; accountId: string };

const noValue = Symbol('AWS::NoValue');

/**
 * Resolves the intrinsic functions of all stacks together, so that an import finds the other stack's export.
 * Answers the resources whose condition holds, in template order. Throws on a reference that leads nowhere, on a
 * circle and on an intrinsic function it doesn't know.
 */
export const resolveStacks = (stacks: Stack[], identify: Identify, pseudo: Pseudo): ResolvedResource[] => {
  const exports = new Map<string, () => unknown>();
  const scopes = stacks.map((stack) => new Scope(stack, identify, pseudo, exports));
  for (const scope of scopes) scope.collectExports();
  return scopes.flatMap((scope) => scope.resources());
};

class Scope {
  readonly #stack: Stack;
  readonly #identify: Identify;
  readonly #pseudo: Pseudo;
  readonly #exports: Map<string, () => unknown>;
  readonly #identities = new Map<string, Identity>();
  readonly #resolving = new Set<string>();

  constructor(stack: Stack, identify: Identify, pseudo: Pseudo, exports: Map<string, () => unknown>) {
    this.#stack = stack;
    this.#identify = identify;
    this.#pseudo = pseudo;
    this.#exports = exports;
  }

  collectExports(): void {
    for (const output of Object.values(this.#stack.template.Outputs ?? {})) {
      if (output.Export === undefined || !this.#holds(output.Condition)) continue;
      this.#exports.set(String(this.resolve(output.Export.Name)), () => this.resolve(output.Value));
    }
  }

  resources(): ResolvedResource[] {
    return Object.entries(this.#stack.template.Resources ?? {})
      .filter(([, resource]) => this.#holds(resource.Condition))
      .map(([logicalId, resource]) => ({
        stack: this.#stack,
        logicalId,
        type: resource.Type,
        resource,
        properties: this.resolve(resource.Properties ?? {}) as Record<string, unknown>,
        identity: this.#identityOf(logicalId),
      }));
  }

  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item)).filter((item) => item !== noValue);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) {
      return this.#intrinsic(only[0], only[1]);
    }
    return Object.fromEntries(
      entries.map(([key, item]) => [key, this.resolve(item)] as const).filter(([, item]) => item !== noValue),
    );
  }

  #intrinsic(name: string, argument: unknown): unknown {
    const list = () => this.resolve(argument) as unknown[];
    switch (name) {
      case 'Ref':
        return this.#ref(String(argument));
      case 'Fn::GetAtt':
        return this.#attribute(argument);
      case 'Fn::Join': {
        const [separator, items] = list() as [string, unknown[]];
        return items.map(String).join(separator);
      }
      case 'Fn::Sub':
        return this.#substitute(argument);
      case 'Fn::Select': {
        const [index, items] = list() as [number | string, unknown[]];
        return items[Number(index)];
      }
      case 'Fn::Split': {
        const [separator, text] = list() as [string, string];
        return text.split(separator);
      }
      case 'Fn::ImportValue':
        return this.#import(String(this.resolve(argument)));
      case 'Fn::If': {
        const [condition, yes, no] = argument as [string, unknown, unknown];
        return this.resolve(this.#holds(condition) ? yes : no);
      }
      case 'Fn::FindInMap':
        return this.#findInMap(list() as [string, string, string]);
      case 'Fn::Base64':
        return Buffer.from(String(this.resolve(argument))).toString('base64');
      default:
        throw new Error(`The local host doesn't know the intrinsic function ${name} (stack ${this.#stack.name}).`);
    }
  }

  #ref(name: string): unknown {
    const pseudo: Record<string, unknown> = {
      'AWS::Region': this.#pseudo.region,
      'AWS::AccountId': this.#pseudo.accountId,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': this.#stack.name,
      'AWS::StackId': `arn:aws:cloudformation:${this.#pseudo.region}:${this.#pseudo.accountId}:stack/${this.#stack.name}/local`,
      'AWS::NoValue': noValue,
      'AWS::NotificationARNs': [],
    };
    if (name in pseudo) return pseudo[name];
    const parameter = this.#stack.template.Parameters?.[name];
    if (parameter !== undefined) {
      if (parameter.Default === undefined) throw new Error(`Parameter ${name} of ${this.#stack.name} has no default.`);
      return parameter.Default;
    }
    return this.#identityOf(name).ref;
  }

  #attribute(argument: unknown): string {
    const [logicalId = '', ...rest] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
    const attribute = rest.join('.');
    const value = this.#identityOf(logicalId).attributes[attribute];
    if (value === undefined) {
      const type = this.#stack.template.Resources?.[logicalId]?.Type ?? 'unknown';
      throw new Error(`The local host has no attribute ${attribute} for ${logicalId} (${type}).`);
    }
    return value;
  }

  #substitute(argument: unknown): string {
    const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
      if (literal === '!') return `\${${name}}`;
      if (name in variables) return String(this.resolve(variables[name]));
      return String(name.includes('.') ? this.#attribute(name) : this.#ref(name));
    });
  }

  #import(name: string): unknown {
    const exported = this.#exports.get(name);
    if (exported === undefined) throw new Error(`No stack exports ${name}, which ${this.#stack.name} imports.`);
    return exported();
  }

  #findInMap([map, first, second]: [string, string, string]): unknown {
    const value = this.#stack.template.Mappings?.[map]?.[first]?.[second];
    if (value === undefined) throw new Error(`No ${map}.${first}.${second} in the mappings of ${this.#stack.name}.`);
    return value;
  }

  #holds(condition: unknown): boolean {
    if (condition === undefined) return true;
    if (typeof condition === 'string') {
      const named = this.#stack.template.Conditions?.[condition];
      if (named === undefined) throw new Error(`No condition ${condition} in ${this.#stack.name}.`);
      return this.#holds(named);
    }
    const [[name, argument] = ['', undefined]] = Object.entries(condition as Record<string, unknown>);
    const all = Array.isArray(argument) ? argument : [];
    switch (name) {
      case 'Condition':
        return this.#holds(String(argument));
      case 'Fn::Equals':
        return String(this.resolve(all[0])) === String(this.resolve(all[1]));
      case 'Fn::Not':
        return !this.#holds(all[0]);
      case 'Fn::And':
        return all.every((one) => this.#holds(one));
      case 'Fn::Or':
        return all.some((one) => this.#holds(one));
      default:
        throw new Error(`The local host doesn't know the condition ${name} (stack ${this.#stack.name}).`);
    }
  }

  #identityOf(logicalId: string): Identity {
    const known = this.#identities.get(logicalId);
    if (known !== undefined) return known;
    const resource = this.#stack.template.Resources?.[logicalId];
    if (resource === undefined) throw new Error(`${this.#stack.name} has no resource or parameter ${logicalId}.`);
    if (this.#resolving.has(logicalId)) throw new Error(`${logicalId} of ${this.#stack.name} refers to itself.`);
    this.#resolving.add(logicalId);
    const property = (name: string): unknown => {
      const value = this.resolve(resource.Properties?.[name]);
      return value === noValue ? undefined : value;
    };
    const identity = this.#identify({ stack: this.#stack, logicalId, resource, property });
    this.#resolving.delete(logicalId);
    this.#identities.set(logicalId, identity);
    return identity;
  }
}
