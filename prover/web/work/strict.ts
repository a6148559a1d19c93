// Imported first: zod would otherwise try whether it may compile code at run time, which the page's policy refuses and
// reports.
(globalThis as { __zod_globalConfig?: { jitless: boolean } }).__zod_globalConfig = { jitless: true };
