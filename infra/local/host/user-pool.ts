import { createHash, randomBytes, randomUUID, scryptSync, timingSafeEqual } from 'node:crypto';
import { ServiceError } from './aws-endpoint.ts';
import { assertPasswordFits } from './password-policy.ts';
import type { PasswordPolicy } from './password-policy.ts';
import type { StateStore } from './state-store.ts';

/** A person who can sign in. Times in milliseconds of real time. */
export type Person = {
  sub: string;
  /** The address signed in with, lower-cased; unique in the pool. */
  username: string;
  attributes: Record<string, string>;
  status: 'FORCE_CHANGE_PASSWORD' | 'CONFIRMED';
  enabled: boolean;
  createdAt: number;
  changedAt: number;
  password?: { salt: string; hash: string };
};

/** A sign-in that can be renewed; kept under the hash of its refresh token. */
export type RefreshGrant = { id: string; sub: string; clientId: string; expiresAt: number };

/** The people of the pool and their running sign-ins. */
export type UserPool = {
  add(username: string, attributes: Record<string, string>): Person;
  /** By address or by sub. Throws UserNotFoundException. */
  get(username: string): Person;
  find(username: string): Person | undefined;
  setPassword(person: Person, password: string, permanent: boolean): void;
  update(person: Person): void;
  remove(person: Person): void;
  passwordFits(person: Person, password: string): boolean;
  grant(person: Person, clientId: string, validForSeconds: number): string;
  grantOf(refreshToken: string): RefreshGrant | undefined;
  revoke(refreshToken: string): void;
  revokeAll(person: Person): void;
  list(): Person[];
};

/** Opens the pool over the state store; passwords must fit the policy. */
export const openUserPool = (store: StateStore, policy: PasswordPolicy): UserPool => {
  const save = (person: Person): void => store.put('person', person.sub, { ...person, changedAt: Date.now() });
  const find = (username: string): Person | undefined =>
    store.get<Person>('person', username) ??
    store.list<Person>('person').find((person) => person.username === username.toLowerCase());
  return {
    find,
    get: (username) => {
      const person = find(username);
      if (person === undefined) throw new ServiceError('UserNotFoundException', 'User does not exist.');
      return person;
    },
    add: (username, attributes) => {
      if (find(username) !== undefined) {
        throw new ServiceError('UsernameExistsException', 'An account with the given email already exists.');
      }
      // A sub may be given, so that people who are seeded keep theirs.
      const sub = attributes['sub'] ?? randomUUID();
      const now = Date.now();
      const person: Person = {
        sub,
        username: username.toLowerCase(),
        attributes: { ...attributes, sub },
        status: 'FORCE_CHANGE_PASSWORD',
        enabled: true,
        createdAt: now,
        changedAt: now,
      };
      save(person);
      return person;
    },
    update: save,
    setPassword: (person, password, permanent) => {
      assertPasswordFits(policy, password);
      const salt = randomBytes(16).toString('hex');
      person.password = { salt, hash: hash(password, salt) };
      person.status = permanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD';
      save(person);
    },
    remove: (person) => store.delete('person', person.sub),
    passwordFits: ({ password }, given) =>
      password !== undefined && timingSafeEqual(Buffer.from(password.hash), Buffer.from(hash(given, password.salt))),
    grant: (person, clientId, validForSeconds) => {
      const token = randomBytes(48).toString('base64url');
      const id = digest(token);
      const grant: RefreshGrant = { id, sub: person.sub, clientId, expiresAt: Date.now() + validForSeconds * 1000 };
      store.put('refresh-grant', id, grant);
      return token;
    },
    grantOf: (token) => {
      const grant = store.get<RefreshGrant>('refresh-grant', digest(token));
      return grant === undefined || grant.expiresAt <= Date.now() ? undefined : grant;
    },
    revoke: (token) => store.delete('refresh-grant', digest(token)),
    revokeAll: (person) => {
      for (const { id, sub } of store.list<RefreshGrant>('refresh-grant')) {
        if (sub === person.sub) store.delete('refresh-grant', id);
      }
    },
    list: () => store.list<Person>('person'),
  };
};

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

const hash = (password: string, salt: string): string => scryptSync(password, salt, 32, { N: 4096 }).toString('hex');
