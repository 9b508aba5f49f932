import { writeSync } from 'node:fs';

/** Ends a run with the one line that scripts read, behind everything that others still have to say. */
export default class PlainReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    const line = `\n${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`;
    process.once('exit', () => writeSync(1, line));
  }
}
