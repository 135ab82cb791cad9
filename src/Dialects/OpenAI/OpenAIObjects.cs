namespace Millrace.Dialects.OpenAI;

/// <summary>What the objects of OpenAI's API have in common.</summary>
public static class OpenAIObjects
{
    public static int Limit(int? limit, int usual, int largest) =>
        limit is null ? usual : limit >= 1 && limit <= largest ? limit.Value : throw OpenAIFaults.Invalid("limit", $"'limit' is {limit}; it must be 1 to {largest}.");

    /// <summary>What somebody sent, in an answer.</summary>
    public static string Short(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
