import type { TestWorkspace } from '../support/workspace.ts';
import type { XeroStage } from '../support/xero-stage.ts';

/** A workspace whose organisation's contacts are known, and that makes those that are missing. */
export const connectedPlace = (stage: XeroStage): Promise<TestWorkspace> =>
  stage.connected({ contactPolicy: 'match-or-create', paymentAccount: '090' });
