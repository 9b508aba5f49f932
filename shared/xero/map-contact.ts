import type { Contact } from 'xero-node/dist/gen/model/accounting/contact.js';
import { cutForXero } from '../domain/text.ts';

/** What Xero gets to know of a client. */
export interface ClientForXero {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly taxNumber: string | null;
  readonly address: readonly string[];
  readonly country: string;
}

const nameMax = 255;
const taxNumberMax = 50;

/** A name as Xero takes it. */
export const nameForXero = (name: string): string => cutForXero(name, nameMax).trim();

/** A client as a new contact. Our id goes along as its ContactNumber, which Xero keeps unique. */
export const contactFor = ({ id, name, email, taxNumber, address, country }: ClientForXero): Contact => ({
  name: nameForXero(name),
  contactNumber: id,
  ...(email === null ? {} : { emailAddress: email }),
  ...(taxNumber === null || taxNumber.length > taxNumberMax ? {} : { taxNumber }),
  ...(address.length === 0 ? {} : { addresses: [postal(address, country)] }),
});

const postal = (address: readonly string[], country: string) => ({
  addressType: 'POBOX' as never,
  ...Object.fromEntries(address.slice(0, 4).map((line, place) => [`addressLine${place + 1}`, cutForXero(line, 500)])),
  ...(country === '' ? {} : { country: cutForXero(country, 50) }),
});
