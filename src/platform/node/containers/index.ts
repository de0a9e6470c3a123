export { containerTree, filesBeside } from "./containerTree.ts";
