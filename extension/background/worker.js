/** The service worker: each behaviour is one file and adds its own listeners. */
import "./menu.js";
import "./toolbar.js";
import "./forget_closed_tabs.js";
