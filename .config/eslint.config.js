import tseslint from 'typescript-eslint';

// The world comes in through doors only: clock, ids, random, network and SDK clients are arguments everywhere else.
const world = [
  { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'The clock comes in as an argument (now).' },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'The clock comes in as an argument (now).' },
  { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'Random comes in as an argument.' },
  { selector: "CallExpression[callee.name='setTimeout']", message: 'Waiting comes in as an argument (sleep).' },
  { selector: "CallExpression[callee.name='fetch']", message: 'The network comes in as an argument (fetch).' },
];
// By regex: a group named `stripe` would take the folder shared/stripe for the package.
const stripeSdk = '^stripe(/|$)';
const xeroSdk = '^xero-node(/|$)';
const sdk = (allowed) => ({
  patterns: [
    { group: ['@aws-sdk/*'], message: 'AWS SDK clients live in shared/store and shared/runtime.' },
    { group: ['@middy/*'], message: 'middy appears only in shared/runtime.' },
    { regex: stripeSdk, message: 'The Stripe SDK lives in shared/stripe.' },
    { regex: xeroSdk, message: 'The Xero SDK lives in shared/xero.' },
    {
      group: ['node:crypto'],
      importNames: ['randomUUID', 'randomBytes', 'randomInt'],
      message: 'Random comes in as an argument.',
    },
  ].filter(({ group = [], regex }) => ![...group, regex].some((name) => allowed.includes(name))),
});

export default tseslint.config(
  { ignores: ['dist/', 'cdk.out/', 'node_modules/', 'coverage/', '.local*/'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: `${import.meta.dirname}/..` } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  {
    files: ['shared/**/*.ts', 'functions/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...world],
      'no-restricted-imports': ['error', sdk([])],
      'max-lines': ['warn', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['warn', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['shared/runtime/**/*.ts'],
    rules: { 'no-restricted-syntax': 'off', 'no-restricted-imports': ['error', sdk(['@aws-sdk/*', '@middy/*', 'node:crypto'])] },
  },
  { files: ['shared/store/**/*.ts'], rules: { 'no-restricted-imports': ['error', sdk(['@aws-sdk/*'])] } },
  { files: ['shared/stripe/**/*.ts'], rules: { 'no-restricted-imports': ['error', sdk([stripeSdk])] } },
  { files: ['shared/xero/**/*.ts'], rules: { 'no-restricted-imports': ['error', sdk([xeroSdk])] } },
  { files: ['infra/**/*.ts', 'test/bench/**/*.ts', 'test/hard-days/**/*.ts'], rules: { 'no-console': 'off' } },
);
