#!/usr/bin/env node
import { runProgram } from "./program.ts";
import { outliveReaders } from "./terminal/streams.ts";

outliveReaders();
process.exitCode = await runProgram(process.argv.slice(2));
