import * as fc from "fast-check";

// Drawn cases are the same in every run; `FOVEA_TEST_SEED=NUMBER npm test` draws others.
const { FOVEA_TEST_SEED = "1" } = process.env;
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(FOVEA_TEST_SEED) });
