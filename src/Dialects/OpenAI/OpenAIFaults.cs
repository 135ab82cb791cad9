using Millrace.Dialects.Errors;

namespace Millrace.Dialects.OpenAI;

/// <summary>What of OpenAI's requests is refused, in its own words for programs.</summary>
public static class OpenAIFaults
{
    /// <summary>A field that would change the answer and that the fleet does not have: passing over it would give another answer than was asked for.</summary>
    public static FaultException Unsupported(string param, string message) => new(new(400, "unsupported_parameter", message) { Param = param });

    public static FaultException Invalid(string param, string message) => new(new(400, "invalid_value", message) { Param = param });

    public static FaultException Missing(string param) => new(new(400, "missing_required_parameter", $"Missing required parameter: '{param}'.") { Param = param });
}
