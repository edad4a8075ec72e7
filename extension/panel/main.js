import { Panel } from "./panel.js";

new Panel().open();
