// The toolbar's button opens the panel at its start page.
chrome.sidePanel.setPanelBehavior({ openPanelOnActionClick: true });
