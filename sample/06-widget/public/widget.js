// The real widget, whose script has been loaded before: see its documentation for all other settings.
const { key, baseUrl } = document.body.dataset;
const target = document.getElementById('widget');
target.replaceChildren();
window.Inkeep.EmbeddedChat(target, {
  baseSettings: { apiKey: key, analyticsApiBaseUrl: baseUrl },
  aiChatSettings: { shareChatUrlBasePath: location.origin + location.pathname },
});
