/** jest takes a `testTimeout` from its whole configuration alone, never from one project's. */
declare const testTimeoutMilliseconds: number;

jest.setTimeout(testTimeoutMilliseconds);
