using Microsoft.Extensions.AI;
using Millrace.Client.Chat;

namespace Millrace.Client;

/// <summary>Says of a tool in <see cref="ChatOptions.Tools"/> that the caller runs it; without that word its name stands for a tool of the fleet's.</summary>
public static class CallerToolExtensions
{
    /// <summary>
    /// A function whose definition goes to the model, and whose calls come back as <see cref="FunctionCallContent"/> with the finish reason <c>tool_calls</c>: for
    /// <c>FunctionInvokingChatClient</c> to run, or for whoever asked.
    /// </summary>
    /// <param name="function">The function. A <c>strict</c> in its additional properties goes to providers that have it.</param>
    public static AIFunction AsCallerTool(this AIFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return CallerTools.Has(function) ? function : new CallerFunction(function);
    }

    /// <summary>The same for a function that is only declared.</summary>
    /// <param name="declaration">Its name, description and parameters.</param>
    public static AIFunctionDeclaration AsCallerTool(this AIFunctionDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        if (declaration is AIFunction function)
            return function.AsCallerTool();
        return CallerTools.Has(declaration) ? declaration : new CallerDeclaration(declaration);
    }
}
