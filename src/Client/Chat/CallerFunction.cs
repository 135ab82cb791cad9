using Microsoft.Extensions.AI;

namespace Millrace.Client.Chat;

/// <summary>A function of the caller's process: its calls are handed back.</summary>
internal sealed class CallerFunction(AIFunction inner) : DelegatingAIFunction(inner);
