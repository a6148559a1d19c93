import { openStore } from "../../prover/keep/store.ts";

/** `hold.ts FOLDER PASSWORD`: opens a store, puts a number, says so, and keeps it open until it is killed. */
const [, , folder = "", password = ""] = process.argv;
const store = await openStore(folder, password);
await store.put("number", "of the other process", 1);
process.stdout.write("open\n");
setInterval(() => store, 1000);
