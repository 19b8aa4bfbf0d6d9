let passed = 0;
let failed = 0;
let skipped = 0;

/** Runs one check and says on one line whether it holds; what a command wrote follows where it does not. */
export async function check(title, verify) {
  try {
    await verify();
    passed++;
    console.log(`ok ${title}`);
  } catch (error) {
    failed++;
    console.log(`not ok ${title}\n${[error.message, error.stdout, error.stderr].filter(Boolean).join('\n')}`);
  }
}

/** Says what could not be checked, and why. */
export function skip(title) {
  skipped++;
  console.log(`skipped ${title}`);
}

/** Says how many checks held, and lets the process fail where one did not. */
export function conclude() {
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
}
