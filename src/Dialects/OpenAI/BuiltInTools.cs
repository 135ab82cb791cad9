namespace Millrace.Dialects.OpenAI;

/// <summary>What becomes of tools in a response's request that OpenAI would run itself, <c>web_search</c> and the like.</summary>
public enum BuiltInTools
{
    /// <summary>The model is not told of them.</summary>
    PassOver,

    /// <summary>The request is refused.</summary>
    Refuse,
}
