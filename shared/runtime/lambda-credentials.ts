/**
 * Stands in bundles for the SDK's search for credentials in a dozen places: Lambda gives a function its credentials in the environment
 * and nowhere else. Without the search a function starts a third faster. Named as the SDK names what it replaces.
 */
export const defaultProvider = () => async () => {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = process.env;
  if (!accessKeyId || !secretAccessKey) throw new Error('The environment of the function holds no credentials');
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
};
