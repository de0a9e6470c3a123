export { containerTree, filesBeside } from "./containerTree.ts";
export { isParquetName } from "./parquetFiles.ts";
