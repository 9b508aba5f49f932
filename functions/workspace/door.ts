import { workspaceRoutes } from '../../shared/api/workspace.ts';
import { instantOf } from '../../shared/domain/days.ts';
import { apiDoor } from '../../shared/runtime/api-door.ts';
import type { People } from '../../shared/runtime/people.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import type { RetryTools } from '../../shared/runtime/retry.ts';
import { readEarlier, release } from '../../shared/store/idempotency.ts';
import { stillMember } from '../../shared/store/members.ts';
import type { Table } from '../../shared/store/table.ts';
import { addClient } from './add-client.ts';
import { addJob } from './add-job.ts';
import { addService } from './add-service.ts';
import { changeClient } from './change-client.ts';
import { changeJob } from './change-job.ts';
import { changeMe } from './change-me.ts';
import { changeMember } from './change-member.ts';
import { changeService } from './change-service.ts';
import { changeWorkspace } from './change-workspace.ts';
import { endTaxRate } from './end-tax-rate.ts';
import { inviteMember } from './invite-member.ts';
import { listClients } from './list-clients.ts';
import { listJobs } from './list-jobs.ts';
import { listMembers } from './list-members.ts';
import { listServices } from './list-services.ts';
import { listTaxRates } from './list-tax-rates.ts';
import { previewTaxRate } from './preview-tax-rate.ts';
import { removeMember } from './remove-member.ts';
import { sayTaxRate } from './say-tax-rate.ts';
import { setRates } from './set-rates.ts';
import { showClient } from './show-client.ts';
import { showJob } from './show-job.ts';
import { showMe } from './show-me.ts';
import { showMember } from './show-member.ts';
import { showRates } from './show-rates.ts';
import { showService } from './show-service.ts';
import { showTax } from './show-tax.ts';
import { showWorkspace } from './show-workspace.ts';
import { switchWorkspace } from './switch-workspace.ts';
import { takeBackTaxRate } from './take-back-tax-rate.ts';

/** The world that the room of the workspace works in. */
export interface WorkspaceWorld extends RetryTools {
  readonly table: Table;
  readonly newId: (prefix: string) => string;
  readonly people: People;
  readonly ring: RingDoorbell;
}

/** Answers the routes of the workspace: settings, people, clients, services and jobs. */
export const workspaceDoor = ({ clock, random, sleep, ...world }: WorkspaceWorld) => {
  const needs = { ...world, now: () => instantOf(clock()) };
  return apiDoor({
    routes: workspaceRoutes,
    useCases: {
      getMe: showMe(needs),
      updateMe: changeMe(needs),
      switchWorkspace: switchWorkspace(needs),
      getWorkspace: showWorkspace(needs),
      updateWorkspace: changeWorkspace(needs),
      createMember: inviteMember(needs),
      listMembers: listMembers(needs),
      getMember: showMember(needs),
      updateMember: changeMember(needs),
      removeMember: removeMember(needs),
      createClient: addClient(needs),
      listClients: listClients(needs),
      getClient: showClient(needs),
      updateClient: changeClient(needs),
      createService: addService(needs),
      listServices: listServices(needs),
      getService: showService(needs),
      updateService: changeService(needs),
      createJob: addJob(needs),
      listJobs: listJobs(needs),
      getJob: showJob(needs),
      updateJob: changeJob(needs),
      getJobRates: showRates(needs),
      setJobRates: setRates(needs),
      showTax: showTax(needs),
      listTaxRates: listTaxRates(needs),
      previewTaxRate: previewTaxRate(needs),
      createTaxRate: sayTaxRate(needs),
      endTaxRate: endTaxRate(needs),
      deleteTaxRate: takeBackTaxRate(needs),
    },
    readEarlier: readEarlier(needs.table),
    release: release(needs.table),
    stillMember: stillMember(needs.table),
    tools: { clock, random, sleep },
  });
};
