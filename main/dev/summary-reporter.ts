/** Prints the closing line `N passed, N failed[, N skipped]` alone, last of all. */
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** A file that cannot load and an error outside any test each count as a failure. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<SerializedError>): void {
    let passed = 0;
    let failed = errors.length;
    const skipped: string[] = [];
    for (const file of modules) {
      let own = 0;
      for (const test of file.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed') {
          failed += 1;
          own += 1;
        } else skipped.push(test.fullName);
      }
      if (!file.ok() && own === 0) failed += 1;
    }
    process.once('exit', () => {
      if (skipped.length > 0)
        process.stdout.write(`\nSkipped:\n${skipped.map((name) => `  ${name}\n`).join('')}`);
      const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
      process.stdout.write(`${passed} passed, ${failed} failed${tail}\n`);
    });
  }
}
