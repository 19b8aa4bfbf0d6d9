/** What the exit codes of the command line mean; 70 is EX_SOFTWARE of sysexits, 141 what a shell says of SIGPIPE. */
export const EXIT = { ok: 0, failed: 1, usage: 2, unavailable: 3, unexpected: 70, closedPipe: 141 } as const;

/** Ends the command line with a message for people. */
export class Failure extends Error {
  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super(message);
  }
}

export function missingPackage(name: string): Failure {
  return new Failure(EXIT.unavailable, `The package ${name} is missing: run this where your application is installed.`);
}
