import { BadRequestException } from '@nestjs/common';

/** What a body says where it is blank, and where it is not JSON. */
interface Details {
  readonly blank: string;
  readonly broken: string;
}

/** Throws `BadRequestException` where a text is not JSON; the parser's own message quotes the text. */
export function parseJson(text: string, { blank, broken }: Details): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequestException(text.trim() === '' ? blank : broken);
  }
}
