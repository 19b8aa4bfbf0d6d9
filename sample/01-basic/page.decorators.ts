import { applyDecorators, Header } from '@nestjs/common';

/** Nothing inline, nothing from elsewhere, in nobody's frame: what a page shows of events is text of any caller. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What is sent is of this type, whatever a browser would guess. */
export const Serves = (type: string) =>
  applyDecorators(
    Header('Content-Type', `${type}; charset=utf-8`),
    Header('X-Content-Type-Options', 'nosniff'),
    Header('Content-Security-Policy', CONTENT_SECURITY_POLICY),
  );
