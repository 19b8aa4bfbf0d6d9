/** SQL of what tells apart rows of before the feed that were received in one millisecond, as the index has it. */
export const OLD_ROW_KEY = `md5(project_key || '=' || id)`;
