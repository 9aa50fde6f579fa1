// What test files get for "vitest" where they run on a page: the same describe, it and expect, bundled.

import {
  ASYMMETRIC_MATCHERS_OBJECT,
  GLOBAL_EXPECT,
  type getState,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect";
import { spyOn } from "@vitest/spy";
import * as chai from "chai";

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } from "@vitest/runner";

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

export const expect = Object.assign(
  (value: unknown, message?: string) => chai.expect(value, message),
  chai.expect,
  (globalThis as Record<symbol, object>)[ASYMMETRIC_MATCHERS_OBJECT],
) as unknown as Parameters<typeof getState>[0];
Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: expect, writable: true, configurable: true });
setState({ assertionCalls: 0 }, expect);

export const vi = { spyOn };

/** Types are checked before, not on the page. */
export const expectTypeOf = (): object => new Proxy(() => undefined, { get: () => expectTypeOf, apply: expectTypeOf });
