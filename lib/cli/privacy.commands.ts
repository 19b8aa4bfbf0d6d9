import { serializeEvent } from '../events/serialize-event.js';
import type { ErasureReceipt, Person, PersonalRecord } from '../retention/privacy/erasure-receipt.interface.js';
import type { ErasureMode } from '../storage/erasure.interface.js';
import type { Command } from './command.interface.js';
import { confirm } from './confirm.js';
import { EXIT, Failure } from './failure.js';
import { writeNewFile } from './new-file.js';
import type { Values } from './options.js';
import type { PrivacyOf } from './privacy-database.js';
import { textTable } from './text-table.js';

const PERSON = `  --user-id <id>        whose: userProperties.userId of events, or id where they have no userId
  --project <id>        in this project alone; default: in all, and among the events of none
`;

const exporting: Command<PrivacyOf> = {
  summary: 'write all events of a person, and conversations and feedback, a JSON object a line',
  usage: '--user-id <id> [options]',
  details: `${PERSON}  --output <file>       a file that is not there yet; default: stdout
`,
  required: ['user-id'],
  optional: ['project', 'output'],
  prepare(values) {
    const { output } = values;
    return async (privacyOf, terminal) => {
      const counts = { count: 0, conversations: 0, feedback: 0 };
      const lines = linesOf(privacyOf().export(personOf(values)), (kind) => counts[kind]++);
      if (output !== undefined) await writeNewFile(output, lines);
      else for await (const line of lines) await terminal.write(line);
      const chats = shownChats(counts);
      const text = `${counts.count} events${chats && ` and ${chats}`} are in ${output}\n`;
      return { result: counts, text: output === undefined ? '' : text };
    };
  },
};

const erasing: Command<PrivacyOf> = {
  summary: 'erase the events of a person, or what names the person in them, and conversations and feedback',
  usage: '--user-id <id> [options]',
  details: `${PERSON}  --mode <mode>         delete, or anonymize: keep the events without userProperties; default: delete.
                        Conversations and feedback go in both modes
  --anonymize <path>    with anonymize, a path that is removed too, such as properties.email; may be repeated
  --dry-run             count, and erase nothing
  --yes                 do not ask
`,
  required: ['user-id'],
  optional: ['project', 'mode', 'anonymize', 'dry-run', 'yes'],
  prepare(values) {
    const mode = modeOf(values);
    const [person, isDry] = [personOf(values), values['dry-run'] === true];
    return async (privacyOf, terminal) => {
      const privacy = privacyOf(values.anonymize);
      const found = await privacy.erase(person, { mode, dryRun: true });
      if (isDry) return { result: found, text: countsTable(found) };
      if (values.yes !== true) await confirm(questionOf(found), 'Nothing was erased.', terminal);
      const receipt = await privacy.erase(person, { mode });
      return { result: receipt, text: `${countsTable(receipt)}\nErased, receipt ${receipt.id}.\n` };
    };
  },
};

const resuming: Command<PrivacyOf> = {
  summary: 'go on with what was cut short; a host with EventLogRetentionModule does it by itself',
  usage: '',
  details: '',
  required: [],
  optional: [],
  prepare() {
    return async (privacyOf) => {
      const receipts = await privacyOf().resume();
      const text = receipts.map(({ id }) => `Erased, receipt ${id}.\n`).join('') || 'Nothing was cut short.\n';
      return { result: receipts, text };
    };
  },
};

export const PRIVACY_COMMANDS: Record<string, Command<PrivacyOf>> = {
  'export-user': exporting,
  'erase-user': erasing,
  'resume-erasures': resuming,
};

async function* linesOf(records: AsyncIterable<PersonalRecord>, onKind: (kind: 'count' | 'conversations' | 'feedback') => void) {
  for await (const one of records) {
    onKind(one.record === undefined ? 'count' : one.record === 'conversation' ? 'conversations' : 'feedback');
    yield `${one.record === undefined ? serializeEvent(one) : JSON.stringify(one)}\n`;
  }
}

function personOf({ 'user-id': userId = '', project }: Values): Person {
  if (project === '')
    throw new Failure(EXIT.usage, '--project must be the id of a project; leave it out for all, and events of none.');
  return { userId, projectId: project };
}

function modeOf({ mode = 'delete', anonymize }: Values): ErasureMode {
  if (mode !== 'delete' && mode !== 'anonymize') throw new Failure(EXIT.usage, '--mode must be delete or anonymize.');
  if (mode === 'delete' && anonymize) throw new Failure(EXIT.usage, '--anonymize needs --mode anonymize.');
  return mode;
}

function questionOf(receipt: ErasureReceipt): string {
  const { counts, mode } = receipt;
  const events = counts.reduce((sum, count) => sum + count.events, 0);
  const chats = shownChats(receipt);
  const also = chats && `, and ${mode === 'delete' ? '' : 'delete '}${chats}`;
  const verb = mode === 'delete' ? 'Delete' : 'Anonymize';
  return `${verb} ${events} events of this person in ${counts.length} projects${also}, for good?`;
}

/** Empty: there are none. */
function shownChats({ conversations, feedback }: Pick<ErasureReceipt, 'conversations' | 'feedback'>): string {
  return conversations + feedback === 0 ? '' : `${conversations} conversations and ${feedback} pieces of feedback`;
}

function countsTable(receipt: ErasureReceipt): string {
  const chats = shownChats(receipt);
  return `${eventsTable(receipt)}${chats && `${chats}\n`}`;
}

function eventsTable({ counts }: ErasureReceipt): string {
  if (counts.length === 0) return 'There are no events of this person.\n';
  return textTable([['PROJECT', 'EVENTS'], ...counts.map(({ projectId, events }) => [projectId ?? '-', String(events)])]);
}
