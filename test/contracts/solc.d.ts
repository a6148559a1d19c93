declare module "solc" {
  /** The compiler's standard JSON in and out. */
  const solc: { compile(input: string): string };
  export default solc;
}
