// ESM all the way: middy ships no CommonJS, so Jest runs with --experimental-vm-modules.
export default {
  rootDir: '..',
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript' }, experimental: { keepImportAttributes: true } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/cdk.out', '<rootDir>/.local'],
  reporters: ['default', '<rootDir>/.config/plain-reporter.js'],
  testTimeout: 120_000,
  maxWorkers: 2,
  // Each file leaves its modules behind in its worker; a new worker costs less than the memory that they fill.
  workerIdleMemoryLimit: '1GB',
};
