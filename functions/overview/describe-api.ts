import type { Reply } from '../../shared/domain/once.ts';

/** The shapes of all rooms are needed here only, and seldom: no other request's cold start pays for them. */
const contract = async () => {
  const [{ routes }, { openApi }, { referencePage }] = await Promise.all([
    import('../../shared/api/routes.ts'),
    import('../../shared/api/openapi.ts'),
    import('./reference-page.ts'),
  ]);
  return { routes, openApi, referencePage };
};

/** Describes the API to programs. */
export const describeApi =
  ({ publicUrl }: { publicUrl: string }) =>
  async (): Promise<Reply> => {
    const { routes, openApi } = await contract();
    return { status: 200, body: openApi(routes, publicUrl) };
  };

/** Describes the API to people. */
export const showReference =
  ({ publicUrl }: { publicUrl: string }) =>
  async (): Promise<Reply> => {
    const { routes, referencePage } = await contract();
    return referencePage(routes, publicUrl);
  };
