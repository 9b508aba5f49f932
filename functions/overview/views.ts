import type * as z from 'zod';
import type { notificationSchema } from '../../shared/api/overview.ts';
import type { Notification } from '../../shared/store/notifications.ts';

/** A notification as the API shows it. */
export const notificationView = (notification: Notification): z.infer<typeof notificationSchema> => ({
  id: notification.id,
  cause: notification.cause,
  text: notification.text,
  mend: notification.mend,
  about: notification.about,
  at: notification.at,
  resolvedAt: notification.resolvedAt,
  resolvedBy: notification.resolvedBy,
});
