/** Sets it here, because jest reads a `testTimeout` only from the whole configuration, never from a project's. */
declare const testTimeoutMilliseconds: number;

jest.setTimeout(testTimeoutMilliseconds);
