// The real widget, whose script has been loaded before: see its documentation for all other settings.
const { key, baseUrl } = document.body.dataset;
const target = document.getElementById('widget');
target.textContent = window.Inkeep === undefined ? 'The script of the widget was not loaded: see the setting WIDGET_SCRIPT.' : '';
window.Inkeep?.EmbeddedChat('#widget', {
  baseSettings: { apiKey: key, analyticsApiBaseUrl: baseUrl, primaryBrandColor: '#b3123a' },
  aiChatSettings: { isShareButtonVisible: true, shareChatUrlBasePath: location.origin + location.pathname },
});
