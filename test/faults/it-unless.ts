/** `it`; where there is a reason why a test can't run on this machine, `it.skip`, and the reason is printed. */
export function itUnless(reason: string | undefined): jest.It {
  if (reason === undefined) return it;
  console.warn(`Skipped: ${reason}`);
  return it.skip;
}
