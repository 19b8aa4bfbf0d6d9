/** How many requests a key may make, as in @nestjs/throttler. */
export interface RateLimit {
  /** Most requests in `ttl`; one more is answered with 429, and so are all until `ttl` has passed again. */
  limit: number;
  /** Milliseconds, 1000 or more. */
  ttl: number;
}
