import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { OutsideError } from '../domain/outside-error.ts';

/** Sends a mail. Throws `OutsideError`; with status 0 it isn't known whether the mail left. */
export type SendMail = (mail: {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Who is answered when somebody replies. */
  replyTo?: string | undefined;
  attachment?: { name: string; type: string; bytes: Uint8Array } | undefined;
}) => Promise<void>;

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });

const asAttachment = ({ name, type, bytes }: { name: string; type: string; bytes: Uint8Array }) => ({
  FileName: name,
  ContentType: type,
  ContentDisposition: 'ATTACHMENT' as const,
  ContentTransferEncoding: 'BASE64' as const,
  RawContent: bytes,
});

const timeLimits = { connectionTimeout: 3_000, requestTimeout: 8_000, throwOnRequestTimeout: true };

/** Mail through Amazon SES. Not tried again by the SDK: each try may send a mail, so whoever counts them decides. */
export const openMail = (from: string, given?: SESv2Client): SendMail => {
  const client = given ?? new SESv2Client({ maxAttempts: 1, requestHandler: timeLimits });
  return async ({ to, subject, text, html, replyTo, attachment }) => {
    try {
      await client.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: [to] },
          ...(replyTo === undefined ? {} : { ReplyToAddresses: [replyTo] }),
          Content: {
            Simple: {
              Subject: utf8(subject),
              Body: { Text: utf8(text), Html: utf8(html) },
              ...(attachment === undefined ? {} : { Attachments: [asAttachment(attachment)] }),
            },
          },
        }),
      );
    } catch (error) {
      // Its words may hold the address.
      const { name = 'Unknown', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
      throw new OutsideError({ service: 'aws', status: $metadata?.httpStatusCode ?? 0, code: name });
    }
  };
};
