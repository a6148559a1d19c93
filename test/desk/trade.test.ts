import { beforeAll, describe, expect, it } from "vitest";
import { commit } from "../../prover/account/state.ts";
import { settleTrade } from "../../prover/desk/settle.ts";
import { openWorld, type Trader } from "./world.ts";

let world: Awaited<ReturnType<typeof openWorld>>;
let maker: Trader;
let taker: Trader;
beforeAll(async () => {
  world = await openWorld();
  maker = await world.trader("100000");
  taker = await world.trader("100000");
});

describe("a trade between two accounts", () => {
  it("settles both or neither, and says nothing but that they traded", async () => {
    const agreement = world.part(world.offer(maker, { size: "2", at: "50010" }), taker, "1.5");
    const takers = await world.legs(taker, [agreement]);
    const makers = await world.legs(maker, [agreement], { inPerson: true });
    const done = await settleTrade(maker.vault, [takers.legs, makers.legs]);
    console.log("gas", done.gas);
    expect((await world.gate.account(maker.id)).commitment).toBe(await commit(makers.after));
    expect((await world.gate.account(taker.id)).commitment).toBe(await commit(takers.after));
    maker.state = makers.after;
    taker.state = takers.after;
    expect(maker.state.positions).toEqual([{ id: 300, quantity: -1_500_000n }]);
  });
});
