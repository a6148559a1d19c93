import { verifyTypedData } from "ethers";
import { epochTypedData } from "../../chain/epochs.ts";
import { type SetSignature, sign } from "../../chain/signers.ts";
import { type EpochFile, readAddress, writeEpochFile } from "../../epoch/file.ts";
import { TacitError } from "../../units/errors.ts";
import type { Args, Run } from "../command.ts";
import { checkOutput, writeOutput } from "../files.ts";
import type { Io } from "../io.ts";
import { loadEpoch } from "../load.ts";
import { openChain, openSigner } from "../rpc.ts";

export const run: Run = async (args, io) => {
  const path = args.text("epoch");
  const given = args.text("out");
  const out = await checkOutput(given, [path]);
  const file = await loadEpoch(path);
  const signature = await signatureOf(file, args, io);
  const others = file.signatures.filter(({ signer }) => signer !== signature.signer);
  const signed = { ...file, signatures: [...others, signature] };
  await writeOutput(out, writeEpochFile(signed));
  const signers = signed.signatures.map(({ signer }) => signer);
  return {
    code: 0,
    json: { out: given, signer: signature.signer, signers },
    text: `written: ${given}, signed by ${signers.join(", ")}\n`,
  };
};

async function signatureOf(file: EpochFile, args: Args, io: Io): Promise<SetSignature> {
  const data = epochTypedData(file, file.epoch);
  const made = args.optional("signature");
  if (made === undefined) {
    await using chain = args.has("from") ? await openChain(args, io) : undefined;
    return await sign(await openSigner(args, io, chain), data);
  }
  if (!/^0x([0-9a-f]{2}){1,4096}$/i.test(made))
    throw new TacitError("USAGE", "--signature is not bytes in hexadecimal");
  const signer = readAddress(args.text("signer"), "--signer", "the signer");
  const { domain, types, message } = data;
  const bytes = made.toLowerCase();
  // A contract's signature can be of any form; only the book can ask it.
  if (bytes.length === 132 && recover() !== signer) {
    io.note(`warning: the signature is not one of ${signer}'s key: the book takes it only if that is a contract`);
  }
  return { signer, data: bytes };

  function recover(): string | undefined {
    try {
      return verifyTypedData(domain, types, message, bytes);
    } catch {
      return undefined;
    }
  }
}
